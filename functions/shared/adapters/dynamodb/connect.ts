import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Environment, required } from '../../environment/variables.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Receivers } from '../../ports/receivers.ts';
import { clientConfig } from '../aws/client-config.ts';
import { awsOptionsOf } from '../aws/connect.ts';
import { deliveriesOver, receiversOver } from '../stored-deliveries.ts';
import { DynamodbDeliveries } from './deliveries.ts';
import { dynamodbLedger } from './ledger.ts';

/** The variables that name the tables. */
export const ledgerTable = 'OFFBEAT_LEDGER_TABLE';
export const deliveriesTable = 'OFFBEAT_DELIVERIES_TABLE';

/**
 * Returns a client of DynamoDB.
 * @throws {UsageError} if `OFFBEAT_DYNAMODB_ENDPOINT` is not an address
 */
export function dynamodbClient(env: Environment): DynamoDBClient {
  return new DynamoDBClient(clientConfig(awsOptionsOf(env, 'DYNAMODB')));
}

/**
 * Returns the ledger on DynamoDB.
 * @throws {UsageError} if the table is not named
 */
export function connectLedger(env: Environment, client = dynamodbClient(env)): Ledger {
  return dynamodbLedger({ client, tableName: required(env, ledgerTable, "the name of the ledger's table") });
}

/**
 * Returns the deliveries and receivers on DynamoDB.
 * @throws {UsageError} if the table is not named
 */
export function connectDeliveries(env: Environment, client = dynamodbClient(env)): Delivering {
  const tableName = required(env, deliveriesTable, "the name of the deliveries' table");
  const store = new DynamodbDeliveries({ client, tableName });
  return { deliveries: deliveriesOver(store), receivers: receiversOver(store) };
}

/** The two kinds of items in the deliveries' table. */
export interface Delivering {
  readonly deliveries: Deliveries;
  readonly receivers: Receivers;
}

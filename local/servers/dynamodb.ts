import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { awsError } from '../../functions/shared/adapters/aws/errors.ts';
import {
  connectDeliveries,
  connectLedger,
  type Delivering,
  deliveriesTable,
  dynamodbClient,
  ledgerTable,
} from '../../functions/shared/adapters/dynamodb/connect.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { type Environment, withDefaults } from '../../functions/shared/environment/variables.ts';
import type { Ledger } from '../../functions/shared/ports/ledger.ts';
import { awsCredentials, nodeTrust, reachServer } from './unreachable.ts';

/** The tables for the items that decide. */
export interface Tables extends Delivering {
  readonly ledger: Ledger;
  close(): void;
}

const tablesDefault = { [ledgerTable]: 'offbeat-ledger', [deliveriesTable]: 'offbeat-deliveries' };
const waitSecondsMax = 30;

/**
 * Connects to the two tables at `OFFBEAT_DYNAMODB_ENDPOINT`, and makes those that do not exist.
 * @throws {UnavailableError} if the server does not answer, or refuses the credentials
 */
export async function openTables(env: Environment): Promise<Tables> {
  const named = withDefaults(env, tablesDefault);
  using opened = new DisposableStack();
  const client = opened.adopt(dynamodbClient(named), (made) => made.destroy());
  const server = { variable: endpointVariable('DYNAMODB'), credentials: awsCredentials, trust: nodeTrust };
  await reachServer(server, async () => {
    await createTable(client, named[ledgerTable]!);
    await createTable(client, named[deliveriesTable]!);
  });
  const kept = opened.move();
  return {
    ledger: connectLedger(named, client),
    ...connectDeliveries(named, client),
    close: () => kept.dispose(),
  };
}

/** Makes a table with the same key as lib/constructs/ledger.ts. */
async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw awsError(`DynamoDB, make table ${TableName}`, error);
  }
  await waitUntilTableExists({ client, maxWaitTime: waitSecondsMax, minDelay: 1 }, { TableName });
}

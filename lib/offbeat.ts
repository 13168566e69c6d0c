import type { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Receiver, Settings } from '../functions/shared/domain/settings.ts';
import { FanOut } from './constructs/fan-out.ts';
import { Ledger } from './constructs/ledger.ts';

export interface OffbeatProps {
  /** As read from `offbeat.yaml`. */
  readonly settings: Settings;
  /**
   * What becomes of state when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The parts of a deployment, wired: today what holds state and what alerts leave through. */
export class Offbeat extends Construct {
  readonly ledger: Ledger;
  readonly fanOut: FanOut;

  /** @throws {Error} at synth, naming each receiver whose secret only one machine could read */
  constructor(scope: Construct, id: string, { settings, removalPolicy }: OffbeatProps) {
    super(scope, id);
    checkSecrets(settings.receivers);
    this.ledger = new Ledger(this, 'Ledger', removalPolicy === undefined ? {} : { removalPolicy });
    this.fanOut = new FanOut(this, 'FanOut');
  }
}

/** A function has neither an operator's environment nor their files. */
function checkSecrets(receivers: readonly Receiver[]): void {
  const problems = receivers.flatMap((receiver) => {
    if (!('webhook' in receiver) || receiver.webhook.secret.startsWith('secretsmanager:')) return [];
    const { name, webhook } = receiver;
    return [
      `receiver ${name}: secret ${webhook.secret} is of one machine; put it into Secrets Manager and refer to it`,
    ];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

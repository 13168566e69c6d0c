import type * as z from 'zod';

/** An address that a receiver's channel sends to. */
export interface Target {
  readonly url: string;
  /** States whether plain http, any port, and private or loopback addresses are allowed. */
  readonly allowPrivate: boolean;
}

/** The facts about one receiver that the command line and the deployment need. */
export interface ReceiverFacts {
  /** References to the secrets that its channel reads. A deployed `notify` may read these and no others. */
  readonly secrets: readonly string[];
  /** Addresses that its channel sends to. `check-settings` judges each of them. */
  readonly targets: readonly Target[];
  /** States whether its messages may page a person. If so, `start` does not play the bundled recording by itself. */
  readonly pagesPeople: boolean;
  /** The kind and, where there is one, the host: `webhook at pager.example.com`. It contains no secret. */
  readonly description: string;
  /** The options as they may be printed: without secrets and without anything that may be one. */
  readonly printable: object;
}

/** One kind of receiver: the options that its settings have, and the facts that follow from them. */
export interface ReceiverDefinition<Schema extends z.ZodType = z.ZodType> {
  /** The options, which are the value under the kind's name: `webhook: { url: … }`. */
  readonly schema: Schema;
  /** The options that may be a secret. No message about a settings file contains their values. */
  readonly privateOptions: readonly (keyof z.output<Schema>)[];
  facts(options: z.output<Schema>): ReceiverFacts;
}

/** Returns the definition as it is. It exists so that the type of the options follows from the schema. */
export function defineReceiver<Schema extends z.ZodType>(
  definition: ReceiverDefinition<Schema>,
): ReceiverDefinition<Schema> {
  return definition;
}

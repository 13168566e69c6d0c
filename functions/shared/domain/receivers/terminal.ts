import * as z from 'zod';
import { defineReceiver } from './receiver-kind.ts';

/** A receiver that prints alerts on the standard output of the process. */
export const terminal = defineReceiver({
  schema: z.strictObject({}),
  privateOptions: [],
  facts: (options) => ({
    secrets: [],
    targets: [],
    pagesPeople: false,
    description: 'terminal',
    printable: options,
  }),
});

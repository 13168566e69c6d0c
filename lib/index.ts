/*
 * The entry of the package: what a CDK app of one's own puts Offbeat into its stacks with. Nothing else is to be imported
 * from it, and nothing that this imports may need a development dependency.
 */
export { type Settings, settingsSchema } from '../functions/shared/domain/settings.ts';
export { loadSettings } from '../local/settings-file.ts';
export { FanOut, type FanOutProps } from './constructs/fan-out.ts';
export { Ledger, type LedgerProps } from './constructs/ledger.ts';
export { Offbeat, type OffbeatProps } from './offbeat.ts';
export { OffbeatStack, type OffbeatStackProps } from './stacks/offbeat-stack.ts';

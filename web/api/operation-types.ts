/** The shapes of what the API answers about Offbeat itself. */
import type {
  deadLettersAnswer,
  receiversAnswer,
  sentAnswer,
  testAnswer,
} from '../../functions/api/answers/operations.ts';
import type { settingsAnswer } from '../../functions/api/answers/settings.ts';
import type { Answer } from './types.ts';

export type Receivers = Answer<typeof receiversAnswer>;
/** The answer of a receiver to a test message. */
export type ReceiverTest = Answer<typeof testAnswer>;
export type Redriven = Answer<typeof sentAnswer>;
export type DeadLetters = Answer<typeof deadLettersAnswer>;
export type DeadLetterGroup = DeadLetters['groups'][number];
export type Collision = DeadLetters['collisions'][number];
export type SettingsInForce = Answer<typeof settingsAnswer>;
export type Setting = SettingsInForce['entries'][number];

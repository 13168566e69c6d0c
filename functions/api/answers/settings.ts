import * as z from 'zod';

const entryAnswer = z
  .strictObject({
    path: z.string().describe('The keys from the top of the file: `alerts.groupWait`.'),
    value: z.unknown().describe('As the file would have it; null if it is not set or is a secret.'),
    source: z.enum(['default', 'file', 'environment']),
    line: z.int().optional().describe('The line of the file.'),
    variable: z.string().optional().describe('The variable of the environment.'),
    isSecret: z.literal(true).optional(),
    isSet: z.boolean().optional().describe('Of a secret: whether it can be read; absent where that is not known.'),
    description: z.string(),
  })
  .meta({ id: 'SettingEntry' });

export const settingsAnswer = z.strictObject({
  file: z.string().optional().describe('The settings file; absent without one, and for a function.'),
  entries: z.array(entryAnswer),
});

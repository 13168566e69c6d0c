import * as z from 'zod';
import { alertSchema } from '../../shared/domain/alert.ts';
import { anomalySchema } from '../../shared/domain/anomaly.ts';
import { silenceSchema } from '../../shared/domain/silence.ts';
import { note } from './answer.ts';

export const alertAnswer = alertSchema.meta({ id: 'Alert', description: 'The anomalies of one incident.' });
export const anomalyAnswer = anomalySchema.meta({
  id: 'Anomaly',
  description: 'One series that is not as it should be, from start to end.',
});
export const silenceAnswer = silenceSchema.meta({ id: 'Silence', description: 'A silence after its newest change.' });

export const alertsAnswer = z.strictObject({ alerts: z.array(alertAnswer), note });
export const anomaliesAnswer = z.strictObject({ anomalies: z.array(anomalyAnswer) });
export const silencesAnswer = z.strictObject({ silences: z.array(silenceAnswer), note });

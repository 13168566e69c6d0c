import { previewAnswer, silenceAnswer, silencesAnswer } from '../answers/silences.ts';
import { previewBody } from '../bodies.ts';
import { missing } from '../missing.ts';
import { parameterSchemas } from '../parameters.ts';
import { withCounts } from '../queries/muting.ts';
import { previewSilence } from '../queries/silence-preview.ts';
import { route } from './route.ts';

/** The routes of silences. A silence is made and ended by a command. */
export const silenceRoutes = [
  route({
    method: 'GET',
    path: '/api/silences',
    right: 'read',
    summary: 'Lists silences, the one that was asked for last first',
    parameters: parameterSchemas.silences,
    answer: silencesAnswer,
    async handle({ parameters }, ports) {
      const { items, note, next } = await ports.reader.silences(parameters);
      return { silences: await withCounts(items, ports), next, note };
    },
  }),
  route({
    method: 'GET',
    path: '/api/silences/{id}',
    right: 'read',
    summary: 'Returns one silence',
    variables: { id: 'The id of the silence: that of the command that made it.' },
    answer: silenceAnswer,
    handle: async ({ variables }, { reader }) =>
      (await reader.silence(variables.id!)) ?? missing('silence', variables.id!, reader.missingSilences),
  }),
  route({
    method: 'POST',
    path: '/api/silences/preview',
    right: 'read',
    summary: 'Returns what a silence would mute, and makes none',
    body: previewBody,
    answer: previewAnswer,
    handle: ({ body, nowMs }, ports) => previewSilence(body, nowMs, ports),
  }),
];

import { shown } from '../../shared/domain/shown.ts';
import { alertAnswer, alertsAnswer, anomaliesAnswer, silenceAnswer, silencesAnswer } from '../answers/alerts.ts';
import { deliveriesAnswer } from '../answers/deliveries.ts';
import { parameterSchemas } from '../parameters.ts';
import { Problem } from '../problem.ts';
import { findAnomalies } from '../queries/anomalies.ts';
import { findDeliveries } from '../queries/deliveries.ts';
import { route, warehouseRoute } from './route.ts';

/** The routes of what on-call gets: alerts, their anomalies, silences and deliveries. */
export const alertRoutes = [
  route({
    method: 'GET',
    path: '/api/alerts',
    right: 'read',
    summary: 'Lists alerts, the newest first',
    parameters: parameterSchemas.alerts,
    answer: alertsAnswer,
    async handle({ parameters }, { reader }) {
      const { items, note } = await reader.alerts(parameters);
      return { alerts: items, note };
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/{id}',
    right: 'read',
    summary: 'Returns one alert with its suspects and its decision trace',
    variables: { id: 'The id of the alert.' },
    answer: alertAnswer,
    handle: async ({ variables }, { reader }) =>
      (await reader.alert(variables.id!)) ?? missing('alert', variables.id!, reader.missingAlerts),
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/anomalies',
    right: 'read',
    summary: 'Lists anomalies, the newest first',
    parameters: parameterSchemas.anomalies,
    answer: anomaliesAnswer,
    handle: async ({ parameters }, { warehouse }) => ({ anomalies: await findAnomalies(warehouse, parameters) }),
  }),
  route({
    method: 'GET',
    path: '/api/silences',
    right: 'read',
    summary: 'Lists silences, the one that was asked for last first',
    parameters: parameterSchemas.silences,
    answer: silencesAnswer,
    async handle({ parameters }, { reader }) {
      const { items, note } = await reader.silences(parameters);
      return { silences: items, note };
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
    method: 'GET',
    path: '/api/deliveries',
    right: 'read',
    summary: 'Lists deliveries: those that wait, the longest first, and then those that were given up',
    description: 'With `state=delivered` it lists those that were delivered, the newest first.',
    parameters: parameterSchemas.deliveries,
    answer: deliveriesAnswer,
    handle: ({ parameters }, ports) => findDeliveries(parameters, ports),
  }),
];

/** @throws {Problem} 404, always */
function missing(kind: 'alert' | 'silence', id: string, note: string | undefined): never {
  throw new Problem(404, `${kind} ${shown(id)}: there is no such ${kind}; /api/${kind}s lists them`, { note });
}

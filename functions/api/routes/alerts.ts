import { alertDetailAnswer, alertsAnswer, anomaliesAnswer } from '../answers/alerts.ts';
import { deliveriesAnswer } from '../answers/deliveries.ts';
import { missing } from '../missing.ts';
import { parameterSchemas } from '../parameters.ts';
import { findDetail } from '../queries/alert-detail.ts';
import { findAnomalies } from '../queries/anomalies.ts';
import { findDeliveries } from '../queries/deliveries.ts';
import { route, warehouseRoute } from './route.ts';

/** The routes of what on-call gets: alerts, their anomalies and deliveries. */
export const alertRoutes = [
  route({
    method: 'GET',
    path: '/api/alerts',
    right: 'read',
    summary: 'Lists alerts, the newest first',
    parameters: parameterSchemas.alerts,
    answer: alertsAnswer,
    async handle({ parameters }, { reader }) {
      const { items, note, next } = await reader.alerts(parameters);
      return { alerts: items, next, note };
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/{id}',
    right: 'read',
    summary: 'Returns one alert with its evidence, its decision trace and its deliveries',
    variables: { id: 'The id of the alert.' },
    answer: alertDetailAnswer,
    async handle({ variables }, ports) {
      const { reader } = ports;
      const alert = (await reader.alert(variables.id!)) ?? missing('alert', variables.id!, reader.missingAlerts);
      return findDetail(alert, ports);
    },
  }),
  warehouseRoute({
    method: 'GET',
    path: '/api/anomalies',
    right: 'read',
    summary: 'Lists anomalies, the newest first',
    parameters: parameterSchemas.anomalies,
    answer: anomaliesAnswer,
    async handle({ parameters }, { warehouse }) {
      const { items, next, note } = await findAnomalies(warehouse, parameters);
      return { anomalies: items, next, note };
    },
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

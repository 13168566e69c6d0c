import { connectServiceRoles } from '../shared/adapters/iam/connect.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { createSetUpServiceRole } from './handler.ts';

export const handler = createSetUpServiceRole({
  roles: connectServiceRoles(),
  telemetry: powertoolsTelemetry({ service: 'set-up-service-role' }),
});

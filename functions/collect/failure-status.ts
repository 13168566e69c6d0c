import type { ComponentStatus } from '../shared/domain/component-status.ts';
import type { ClusterUnreadableError } from '../shared/ports/cluster-unreadable.ts';

/** Returns the status of a cluster that gave no answer, or none that can be read. */
export const failureStatus = ({ isRefused, message }: ClusterUnreadableError): ComponentStatus => ({
  status: isRefused ? 'down' : 'unknown',
  reason: message,
});

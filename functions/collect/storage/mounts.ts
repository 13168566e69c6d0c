import type { Session } from './protocol/sessions.ts';

/** The most mounts that become documents of one collection, so that a forged list of sessions does not fill the topic. */
export const mountsMax = 2_000;
/** The most characters of a mount point that are kept: the name of an entity has 512. */
const mountPointMax = 400;

/** A place at which a client mounts the storage. A client that mounts it there anew has a second session for a while. */
export interface Mount {
  /** The name of the entity: `10.77.0.10:/mnt/mfs`. */
  readonly name: string;
  readonly ip: string;
  readonly mountPoint: string;
  readonly root: string;
  readonly version: string;
  readonly sessions: number;
  readonly openFiles?: number;
  readonly operations: Session['operations'];
}

/** Returns the mounts of clients that are connected, in the order of their first sessions. */
export function mountsOf(sessions: readonly Session[]): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const session of sessions) {
    if (session.connections === 0) continue;
    const { ip, root, version, openFiles, operations } = session;
    const mountPoint = session.mountPoint.slice(0, mountPointMax).toWellFormed();
    const name = `${ip}:${mountPoint}`;
    const first = mounts.get(name);
    const together = { ip, mountPoint, root: root.slice(0, mountPointMax).toWellFormed(), version, name };
    mounts.set(name, {
      ...(first ?? together),
      sessions: (first?.sessions ?? 0) + 1,
      ...(openFiles === undefined ? {} : { openFiles: (first?.openFiles ?? 0) + openFiles }),
      operations: {
        all: (first?.operations.all ?? 0) + operations.all,
        read: (first?.operations.read ?? 0) + operations.read,
        write: (first?.operations.write ?? 0) + operations.write,
      },
    });
  }
  return [...mounts.values()];
}

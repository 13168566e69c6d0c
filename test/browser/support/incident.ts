import type { RunningOffbeat } from './running-offbeat.ts';

/** The settings under which a processor over 95 % pages at once, and its alert ends two seconds after it is normal. */
export const incidentSettings = `
cluster: { name: prod }
alerts: { groupWait: 0s, resolveAfter: 2s, groupInterval: 10s }
catalogue:
  - match: { metric: system.cpu.total.norm.pct }
    limit: { above: 0.95, severity: critical }
`;

/** A machine that ships the share of its processors that is in use, once a second. */
export class ShippingMachine {
  readonly #offbeat: RunningOffbeat;
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  #share: number;
  #failure: unknown;

  constructor(offbeat: RunningOffbeat, name: string, share: number) {
    this.#offbeat = offbeat;
    this.#name = name;
    this.#share = share;
    this.#timer = setInterval(() => void this.#ship().catch((error: unknown) => (this.#failure ??= error)), 1_000);
  }

  /** Sets the share of its processors that is in use from now on. */
  uses(share: number): void {
    this.#share = share;
  }

  /** @throws the first error of shipping */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #ship(): Promise<void> {
    return this.#offbeat.ship([
      {
        '@timestamp': new Date().toISOString(),
        agent: { type: 'metricbeat' },
        event: { dataset: 'system.cpu' },
        metricset: { name: 'cpu', period: 1_000 },
        service: { type: 'system' },
        host: { name: this.#name },
        system: { cpu: { cores: 4, total: { norm: { pct: this.#share } } } },
      },
    ]);
  }
}

import type { JSX } from 'preact';
import { useAnswer } from '../../api/answer.ts';
import { countText } from '../../format/quantity.ts';
import { useOverview } from '../../frame/overview.ts';
import { Section } from '../../parts/section.tsx';
import { deliveredText } from './delivered-text.ts';

/** The part of `/api/health` that is shown here. */
interface Health {
  readonly stages: readonly {
    readonly name: string;
    readonly trouble?: string;
    readonly sources: readonly { readonly lagRecords?: number; readonly trouble?: string }[];
  }[];
  readonly totals?: Readonly<Record<string, number>>;
}

/** A step of the way of a document to an alert. */
interface Step {
  readonly title: string;
  readonly stage: string;
  readonly total: string;
  readonly unit: string;
}

const steps: readonly Step[] = [
  { title: 'Normalised', stage: 'normalise', total: 'documents', unit: 'documents' },
  { title: 'Judged', stage: 'detect', total: 'series', unit: 'series' },
  { title: 'Grouped', stage: 'alert', total: 'alerts', unit: 'alerts' },
  { title: 'Stored', stage: 'persist', total: 'samples', unit: 'samples' },
];

/** Shows how far Offbeat's own stages are: what is behind, and what waits for delivery. */
export function Pipeline(): JSX.Element | null {
  const { data } = useAnswer<Health>('/api/health');
  const { data: overview } = useOverview();
  if (data === undefined) return null;
  return (
    <Section title="Offbeat itself" note="documents on their way to an alert">
      <ol class="pipe">
        {steps.map((step) => (
          <StageStep key={step.stage} step={step} health={data} />
        ))}
        <li>
          <b>Delivered</b>
          <p class="big">
            {overview === undefined ? 'no data' : countText(overview.deliveries.waiting)}
            <span class="u">waiting</span>
          </p>
          <DeliveryNote />
        </li>
      </ol>
    </Section>
  );
}

function StageStep({ step, health }: { readonly step: Step; readonly health: Health }): JSX.Element {
  const stage = health.stages.find(({ name }) => name === step.stage);
  const behind = (stage?.sources ?? []).reduce((sum, source) => sum + (source.lagRecords ?? 0), 0);
  const trouble = stage?.trouble ?? stage?.sources.find((source) => source.trouble !== undefined)?.trouble;
  const total = health.totals?.[step.total];
  return (
    <li>
      <b>{step.title}</b>
      <p class="big">
        {stage === undefined ? 'no data' : countText(behind)}
        <span class="u">behind</span>
      </p>
      {trouble === undefined ? (
        <span class="dim">
          {total === undefined ? 'records that wait to be read' : `${countText(total)} ${step.unit} so far`}
        </span>
      ) : (
        <span class="warn">
          <bdi>{trouble}</bdi>
        </span>
      )}
    </li>
  );
}

function DeliveryNote(): JSX.Element {
  const { data } = useOverview();
  const failing = data?.deliveries.receivers.find(({ status }) => status !== 'ok');
  if (failing === undefined) return <span class="dim">{deliveredText(data?.deliveries.delivered ?? null)}</span>;
  return (
    <a class="warn" href="/receivers">
      <bdi>{failing.name}</bdi>: {failing.reason ?? failing.status}
    </a>
  );
}

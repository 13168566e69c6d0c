import type { JSX } from 'preact';
import type { Overview } from '../../api/types.ts';
import { offbeat } from '../../frame/poll.ts';
import { Code } from '../../parts/code.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { SectionHead } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import '../../parts/trace.css';
import './first-run.css';

/** The address to which shippers send: that of this page. */
const here = (): string => location.origin;

/** The view of an empty store: how to ship data, and what happens then. */
export function FirstRun({ overview }: { readonly overview: Overview }): JSX.Element {
  return (
    <>
      <Sentence
        glyph="unknown"
        say="Nothing has been received yet: ship data in one of three ways."
        sub="The store is empty and everything else is ready. This page changes by itself when the first document arrives."
        meaning="Nothing has been received yet."
      />
      <section class="sec">
        <div class="ways">
          <Way
            nth={1}
            title="From Kafka"
            about="Beats and collectors that already write to a topic. Offbeat reads the topic; it changes nothing in it."
            text={'export OFFBEAT_KAFKA_BROKERS=kafka-1:9092\nnpx offbeat start --no-replay'}
            hint="docs/on-premises.md lists all settings of Kafka."
          />
          <Way
            nth={2}
            title="From Metricbeat or Filebeat"
            about="Points a Beat at this server. It speaks the bulk API, so the Beat needs no plug-in."
            text={`output.elasticsearch:\n  hosts: ["${here()}"]\n  allow_older_versions: true`}
            hint="In metricbeat.yml; then restart the Beat."
          />
          <Way
            nth={3}
            title="From OpenTelemetry"
            about="Metrics and logs over OTLP/HTTP, as JSON or protobuf, also compressed."
            text={`exporters:\n  otlp_http:\n    endpoint: ${here()}`}
            hint="In the collector’s file; add it to the pipelines of metrics and logs."
          />
        </div>
      </section>
      <section class="sec cols c2">
        <div>
          <SectionHead title="What happens then" />
          <ol class="trace">
            <Step at="now" verb="Waiting" text="No document yet." isNow />
            <Step
              at="at once"
              verb="Shown"
              text="Machines, topics and servers appear a few seconds after their first document."
            />
            <Step
              at="minutes"
              verb="Judged"
              text="A series has its first expected range. What is far outside opens an alert."
            />
            <Step at="7 d" verb="Week known" text="Hours and weekdays are learned; expected ranges become narrow." />
          </ol>
        </div>
        <Checked overview={overview} />
      </section>
    </>
  );
}

function Way({
  nth,
  title,
  about,
  text,
  hint,
}: {
  readonly nth: number;
  readonly title: string;
  readonly about: string;
  readonly text: string;
  readonly hint: string;
}): JSX.Element {
  return (
    <article class="way">
      <h3>
        <span class="rank">{nth}</span>
        {title}
      </h3>
      <p class="dim">{about}</p>
      <Code text={text} />
      <p class="hint">{hint}</p>
    </article>
  );
}

function Step({
  at,
  verb,
  text,
  isNow = false,
}: {
  readonly at: string;
  readonly verb: string;
  readonly text: string;
  readonly isNow?: boolean;
}): JSX.Element {
  return (
    <li class={isNow ? 'told now1' : 'next'}>
      <span class="time">{at}</span>
      <i class="d" />
      <div>
        <b>{verb}</b> {text}
      </div>
    </li>
  );
}

function Checked({ overview }: { readonly overview: Overview }): JSX.Element {
  const { receivers } = overview.deliveries;
  const isOk = offbeat.value?.status === 'ok';
  return (
    <div>
      <SectionHead title="Checked" />
      <dl class="kv">
        <dt>
          <Glyph name={isOk ? 'ok' : 'warning'} />
          Offbeat itself
        </dt>
        <dd class="dim">{isOk ? 'answers, nothing waits' : (offbeat.value?.reason ?? 'not known')}</dd>
        {receivers.map(({ name }) => [
          <dt key={name}>
            <Glyph name="ok" />
            <bdi>{`Receiver ${name}`}</bdi>
          </dt>,
          <dd class="dim">set</dd>,
        ])}
        {receivers.length === 0 && [
          <dt key="none">
            <Glyph name="warning" />
            Nobody would be paged
          </dt>,
          <dd>
            <a class="more" href="/receivers">
              add a receiver
            </a>
          </dd>,
        ]}
      </dl>
      <p class="hint">
        No data at hand? <span class="mono">npx offbeat replay</span> plays a recording.
      </p>
    </div>
  );
}

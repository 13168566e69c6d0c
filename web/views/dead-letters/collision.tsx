import type { JSX } from 'preact';
import type { Collision } from '../../api/operation-types.ts';
import { Code } from '../../parts/code.tsx';
import { CountBars } from '../../parts/count-bars.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Count } from './group.tsx';
import { isDimension, lastHour } from './letters.ts';

/** The most fields that are listed. */
const fieldsMax = 12;

/** Two documents of one moment: the fields that differ, and the setting that makes them two series. */
export function CollisionItem({ collision }: { readonly collision: Collision }): JSX.Element {
  const { dataset, entity, count, perHour, setting } = collision;
  const hour = lastHour(collision);
  return (
    <article class="dl">
      <header>
        <Glyph name={hour > 0 ? 'warning' : 'info'} />
        <div>
          <h3>Two documents of one moment</h3>
          <p class="w">
            Same source and same time, but other values: the second one was put aside. Nothing says which of two series
            it belongs to.
          </p>
        </div>
        <Count hour={hour} count={count} />
        <div class="dsp">
          <CountBars counts={perHour} label="Collisions, per hour" tone={hour > 0 ? 'warn' : undefined} />
        </div>
      </header>
      <div class="db">
        <div class="ex1">
          <h4>
            <bdi>{`${dataset}, ${entity}`}</bdi>
          </h4>
          <Differences collision={collision} />
        </div>
        <div class="do">
          <h4>What to do</h4>
          {setting === undefined ? (
            <p>No text tells the two apart. Let the shipper add one, such as the name of the instance.</p>
          ) : (
            <>
              <p>Name the field that tells the two apart as a dimension. From then on they are two series.</p>
              <Code text={setting} />
            </>
          )}
        </div>
      </div>
    </article>
  );
}

function Differences({ collision: { fields, setting } }: { readonly collision: Collision }): JSX.Element {
  return (
    <table class="diff" aria-label="Fields that differ">
      <thead>
        <tr>
          <th scope="col">Text that differs</th>
          <th scope="col">Role</th>
        </tr>
      </thead>
      <tbody>
        {fields.slice(0, fieldsMax).map((name) => {
          const isKey = isDimension(setting, name);
          return (
            <tr key={name} class={isKey ? 'hit' : ''}>
              <td class="mono">
                <bdi>{name}</bdi>
              </td>
              <td class={isKey ? '' : 'dim'}>{isKey ? 'tells them apart' : 'differs'}</td>
            </tr>
          );
        })}
        {fields.length > fieldsMax && (
          <tr class="same">
            <td colSpan={2}>{`and ${fields.length - fieldsMax} more`}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

import type { JSX } from 'preact';
import { Glyph } from '../parts/glyph.tsx';
import { Popover } from '../parts/popover.tsx';
import { place } from './place.ts';
import { ViewLinks } from './side.tsx';
import { viewNamed, views } from './views.ts';
import './tabs.css';

const shown = ['now', 'machines', 'queues', 'storage'].map(viewNamed);
const further = views.filter(({ group, name }) => group === 'watched' && !shown.some((view) => view.name === name));

/** The tabs at the bottom of a phone, with a sheet of the other views. */
export function Tabs(): JSX.Element {
  const current = place.value?.view;
  const isOf = (name: string): boolean => current?.name === name || current?.parent === name;
  const isFurther = !shown.some(({ name }) => isOf(name));
  return (
    <nav class="tabs" aria-label="Main views">
      {shown.map(({ name, path, title, glyph }) => (
        <a key={name} href={path} aria-current={isOf(name) ? 'page' : undefined}>
          <Glyph name={glyph} size={20} />
          {title}
        </a>
      ))}
      <Popover
        label="More views"
        class="sheet"
        trigger={({ isOpen, toggle }) => (
          <button
            type="button"
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            aria-current={isFurther ? 'page' : undefined}
            onClick={toggle}
          >
            <Glyph name="more" size={20} />
            More
          </button>
        )}
      >
        {(close) => <MoreViews onOpen={close} />}
      </Popover>
    </nav>
  );
}

function MoreViews({ onOpen }: { readonly onOpen: () => void }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the press is that of a link inside
    // biome-ignore lint/a11y/useKeyWithClickEvents: links have their own keys
    <div onClick={onOpen}>
      <div class="nav">
        <ViewLinks of={further} />
      </div>
      <div class="nav ops">
        <h2>Offbeat</h2>
        <ViewLinks of={views.filter(({ group }) => group === 'offbeat')} />
      </div>
    </div>
  );
}

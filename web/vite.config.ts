import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Builds the page into `dist/web`. With `offbeat start` beside it, `npx vite web` serves it while it is changed. */
export default defineConfig(({ command }) => {
  // Whatever the surroundings, such as a run of tests: a page for development contains the paths of its sources.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root: import.meta.dirname,
    server: {
      // The sources in `web/api` are no requests to the API.
      proxy: { '^/api/(?!.*[.]ts(?:[?]|$))': process.env.OFFBEAT_API ?? 'http://127.0.0.1:8787' },
    },
    build: {
      outDir: join(import.meta.dirname, '../dist/web'),
      emptyOutDir: true,
      target: 'es2022',
      // The content security policy allows files of the origin alone: no data URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // One file of styles, and one of what the views share: fifty small files compress a fifth worse.
      cssCodeSplit: false,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // Explore alone draws charts of many points.
              {
                name: 'wide-chart',
                test: /[/]uplot[/]|[/]charts[/]wide-/,
                priority: 1,
                includeDependenciesRecursively: false,
              },
              { name: 'shared', test: /[/]web[/](?:alerts|api|charts|format|frame|parts)[/]|[/](?:preact|@preact)[/]/ },
            ],
          },
        },
      },
    },
  };
});

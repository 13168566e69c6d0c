import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { draw } from './draw.ts';
import { kindPictures } from './kinds.ts';
import { pictures } from './series.ts';

for (const picture of [...pictures, ...kindPictures])
  writeFileSync(join(import.meta.dirname, `${picture.name}.svg`), draw(picture));

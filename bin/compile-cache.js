import { enableCompileCache } from 'node:module';

// Half of the time until a start answers is that of compiling. Where the folder cannot be written, nothing is kept.
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/offbeat`);

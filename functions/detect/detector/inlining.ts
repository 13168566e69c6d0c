import { setFlagsFromString } from 'node:v8';

// A step is one straight line of small functions. V8 inlines 920 bytes of bytecode into a function, and no function of more
// than 460, which ends in the middle of it; docs/decisions/0057 has the figures. A version of V8 without such a flag
// prints so and goes on.
setFlagsFromString('--max-inlined-bytecode-size=1500');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000');

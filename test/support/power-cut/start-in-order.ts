import { commitInOrder } from './in-order.ts';

// Loaded before `offbeat start` with `--import`, so that a power cut loses something.
commitInOrder();

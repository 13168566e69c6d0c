import { commitInOrder } from './in-order.ts';

// Loaded before `offbeat start` with `--import`: a power cut has to take something back.
commitInOrder();

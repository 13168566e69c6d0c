import { signal } from '@preact/signals';
import type { Me } from '../api/types.ts';

/** The person before the server has said who it is: nobody may act until then. */
const notKnown: Me = { name: '', role: 'viewer', canAct: false, signIn: 'none' };

/** The person who looks. */
export const me = signal<Me>(notKnown);

/** Returns whether the server has said who looks. */
export const isMeKnown = (): boolean => me.peek() !== notKnown;

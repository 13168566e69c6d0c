import { signal } from '@preact/signals';
import type { Me } from '../api/types.ts';

/** The person who looks. Nobody may act before the server has said who it is. */
export const me = signal<Me>({ name: '', role: 'viewer', canAct: false, signIn: 'none' });

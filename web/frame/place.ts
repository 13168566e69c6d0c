import { computed } from '@preact/signals';
import { path } from './address.ts';
import { placeOf } from './views.ts';

/** The view that is shown, with what its path names; `undefined` at an unknown path. */
export const place = computed(() => placeOf(path.value));

/** The parts that the path names, such as the `id` of an alert. */
export const parts = computed<Readonly<Record<string, string>>>(() => place.value?.parts ?? {});

/** The seed, which a failure prints, so that the same kills can be repeated. */
export const seed = Number(process.env.OFFBEAT_SIGKILL_SEED ?? Date.now() % 1_000_000);

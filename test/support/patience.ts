/**
 * The longest wait for a condition that comes true soon, ms, and the time between two looks: far longer than any test
 * needs, so that no test fails because the machine is busy. Vitest's own limit is one second.
 */
export const patience = { timeout: 60_000, interval: 20 };

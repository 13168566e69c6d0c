/** The most bytes of one request, unpacked. A Collector sends 8,192 data points at once: 1 to 4 MB. */
export const otlpBytesMax = 16_000_000;
/** The bytes that all requests together may hold in memory. */
export const otlpBytesInFlightMax = 32_000_000;
/** The most resources of one request: each becomes a record. */
export const resourcesMax = 10_000;

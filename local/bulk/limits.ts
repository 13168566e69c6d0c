/** The most items of one request. A Beat sends 1,600 documents at once, an exporter of OpenTelemetry up to 10,000. */
export const itemsMax = 10_000;
/** The most bytes of one request. Of the usual shippers, Logstash sends the most: 20 MiB at once. */
export const bulkBytesMax = 32_000_000;
/** The bytes that all bulk requests together may hold in memory. */
export const bytesInFlightMax = 64_000_000;
/** The memory that an item needs in addition to its bytes. */
export const itemOverheadBytes = 1_024;

/**
 * The points of the charts of all machines and topics together. Views that ask for as many show the same newest value: it is the mean of
 * its step.
 */
export const trafficPoints = 300;

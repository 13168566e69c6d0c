/*
 * Live time is the time at which the broker appended a record. A topic with message.timestamp.type=CreateTime has the
 * producer's time in its place, and whoever ships could set the clock.
 */

/** Kafka's own command that lets a topic keep the broker's append time from then on. */
const setAppendTime = (topic: string): string =>
  `kafka-configs.sh --bootstrap-server BROKERS --alter --entity-type topics --entity-name ${topic} ` +
  '--add-config message.timestamp.type=LogAppendTime';

/** Ends a message about such a topic. Records keep the kind of time that they were appended with. */
export const appendTimeRemedy = (topic: string): string =>
  `run "${setAppendTime(topic)}", then remove what was appended before with kafka-delete-records.sh: ` +
  'docs/runbook.md, "A topic with CreateTime"';

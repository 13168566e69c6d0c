/*
 * Live time is the time at which the broker appended a record. In a topic with message.timestamp.type=CreateTime records
 * have their producer's time instead, so that any shipper could set Offbeat's clock.
 */

/** Returns Kafka's own command that makes a topic store the broker's append time for new records. */
const setAppendTime = (topic: string): string =>
  `kafka-configs.sh --bootstrap-server BROKERS --alter --entity-type topics --entity-name ${topic} ` +
  '--add-config message.timestamp.type=LogAppendTime';

/** Returns the end of a message about such a topic. Existing records keep the kind of time they were appended with. */
export const appendTimeRemedy = (topic: string): string =>
  `run "${setAppendTime(topic)}", then remove what was appended before with kafka-delete-records.sh: ` +
  'docs/runbook.md, "A topic with CreateTime"';

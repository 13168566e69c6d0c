import { topics } from '../../../functions/shared/log/topics.ts';
import { GroupMember } from '../../../local/kafka/member.ts';

/* A member of a group that stays until it is killed: then it does not leave, and the broker waits for its session to end. */

const [broker, ca, groupId] = process.argv.slice(2) as [string, string, string];
const member = new GroupMember({
  connection: { brokers: [broker], tls: { ca } },
  clientId: 'killed',
  groupId,
  topics: [topics.samples],
  times: { sessionMs: 6_000, heartbeatMs: 2_000 },
  onAssignment: () => {},
  onError: (error) => process.send!(String(error)),
});
await member.join();
process.send!('joined');

import {
  type KindAndOptions,
  kindAndOptions,
  type Receiver,
  type ReceiverKind,
} from '../../shared/domain/receivers/registry.ts';
import type { Channel, ChannelPorts, OpenChannel } from '../channel.ts';
import { terminalChannel } from './terminal.ts';
import { webhookChannel } from './webhook.ts';

/** The channel of each kind of receiver. A kind that is missing here is a type error. */
const channels: { readonly [Kind in ReceiverKind]: OpenChannel<Kind> } = {
  webhook: webhookChannel,
  terminal: terminalChannel,
};

/** Returns the channel by which a receiver is reached. */
export function openChannel(receiver: Receiver, ports: ChannelPorts): Channel {
  return open(kindAndOptions(receiver), ports);
}

function open<Kind extends ReceiverKind>({ kind, options }: KindAndOptions<Kind>, ports: ChannelPorts): Channel {
  return channels[kind](options, ports);
}

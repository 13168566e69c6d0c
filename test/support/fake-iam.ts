import { text } from 'node:stream/consumers';
import { Loopback } from './loopback.ts';

/** An error as IAM answers it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * The part of IAM that Offbeat calls, over real HTTP in IAM's form: a form as the request, XML as the answer. The emulator
 * names a service-linked role in another way than AWS does.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
 */
export class FakeIam {
  /** The time at which the role was created, by its name. */
  readonly roles = new Map<string, Date>();
  /** The actions that were requested, with the role or the service. */
  readonly asked: string[] = [];
  /** The answer to each creation, in place of a creation. */
  refusal: Refusal | undefined;
  /** The number of requests that no policy allows yet. */
  deniedFor = 0;
  /** The number of requests that do not see a role that was created. */
  hiddenFor = 0;
  /** The time at which a role is created. */
  now: () => number = Date.now;
  readonly #loopback = new Loopback();

  /** @returns its address, for `AWS_ENDPOINT_URL_IAM` */
  async listen(): Promise<string> {
    const port = await this.#loopback.http(async (request, response) => {
      const { status, body } = this.#answer(new URLSearchParams(await text(request)));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
    return `http://127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return this.#loopback.close();
  }

  #answer(form: URLSearchParams): Reply {
    const action = form.get('Action') ?? '';
    const object = form.get('RoleName') ?? form.get('AWSServiceName') ?? '';
    this.asked.push(`${action} ${object}`);
    if (this.deniedFor-- > 0) return refused(notAllowed(action));
    if (action === 'GetRole') return this.#get(object);
    if (action === 'CreateServiceLinkedRole') return this.#create();
    return refused({ status: 400, code: 'InvalidAction', message: `Could not find operation ${action}` });
  }

  #get(name: string): Reply {
    const createdAt = this.roles.get(name);
    if (createdAt !== undefined && this.hiddenFor-- <= 0) return answered('GetRole', name, createdAt);
    const message = `The role with name ${name} cannot be found.`;
    return refused({ status: 404, code: 'NoSuchEntity', message });
  }

  #create(): Reply {
    if (this.refusal !== undefined) return refused(this.refusal);
    const createdAt = new Date(this.now());
    this.roles.set(openSearchRole, createdAt);
    return answered('CreateServiceLinkedRole', openSearchRole, createdAt);
  }
}

/** The answer while no policy allows an action. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const notAllowed = (action: string): Refusal => ({
  status: 403,
  code: 'AccessDenied',
  message: `User: offbeat is not authorized to perform: iam:${action} because no identity-based policy allows the iam:${action} action`,
});

export const openSearchRole = 'AWSServiceRoleForAmazonOpenSearchService';

interface Reply {
  readonly status: number;
  readonly body: string;
}

const refused = ({ status, code, message }: Refusal): Reply => ({
  status,
  body:
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
    `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

const answered = (action: string, name: string, createdAt: Date): Reply => ({
  status: 200,
  body:
    `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result><Role>` +
    `<Path>/aws-service-role/opensearchservice.amazonaws.com/</Path><RoleName>${name}</RoleName>` +
    `<Arn>arn:aws:iam::000000000000:role/aws-service-role/opensearchservice.amazonaws.com/${name}</Arn>` +
    `<RoleId>AROA1234567890EXAMPLE</RoleId><CreateDate>${createdAt.toISOString()}</CreateDate>` +
    `</Role></${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
});

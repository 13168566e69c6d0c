import * as z from 'zod';
import { operatorGroup } from '../shared/domain/sign-in.ts';
import { personSchema } from '../shared/domain/silence.ts';

export const roles = ['viewer', 'operator'] as const;
/** The part that a caller has: a viewer reads, an operator acts too. */
export type Role = (typeof roles)[number];

/**
 * The ways in which a caller was recognised:
 *
 * - `none`: nobody was asked for a log-in, as on the machine itself;
 * - `token`: the token of a role;
 * - `iam`: the signature of the request. The policies of its identity decide what it may do;
 * - `cognito`: a token of a user pool;
 * - `other`: another authorizer of the deployment, which decides itself.
 */
export const signIns = ['none', 'token', 'iam', 'cognito', 'other'] as const;

/** The one who sent a request. */
export interface Caller {
  /** The name to show; absent where nobody was asked for it. */
  readonly name?: string;
  /** The identity that the door has checked, such as the ARN of a role; absent where it checks none. */
  readonly identity?: string;
  /** Indicates whether the identity is that of one person, so that its name replaces what the client says. */
  readonly isPerson: boolean;
  readonly role: Role;
  readonly signIn: (typeof signIns)[number];
}

const text = z.string().min(1);
/** A text that is absent where the door has something else in its place. */
const optionalText = text.optional().catch(undefined);
const groupsSchema = z
  .union([z.array(z.string()), z.string()])
  .optional()
  .catch(undefined);

/** The claims of a token of a user pool. API Gateway passes a list on as a text: `[operator viewer]`. */
const claimsSchema = z.looseObject({
  sub: optionalText,
  email: optionalText,
  username: optionalText,
  'cognito:username': optionalText,
  'cognito:groups': groupsSchema,
});

/** The facts of a caller by the embedded server. */
const embeddedSchema = z.object({
  offbeat: z.object({ role: z.enum(roles), signIn: z.enum(['none', 'token']), name: text.optional() }),
});

const authorizerSchema = z.union([
  embeddedSchema.transform(({ offbeat }) => embeddedCaller(offbeat)),
  z.object({ iam: z.object({ userArn: text }) }).transform(({ iam }) => signedCaller(iam.userArn)),
  z.object({ jwt: z.object({ claims: claimsSchema }) }).transform(({ jwt }) => tokenCaller(jwt.claims)),
  z
    .object({ lambda: z.object({ principalId: optionalText }).nullable() })
    .transform(({ lambda }): Caller => named(lambda?.principalId, lambda?.principalId, 'operator', 'other')),
]);

/**
 * Returns the caller whose identity API Gateway, or the embedded server, has checked: the ARN of a role or user, the subject
 * of a token, or the `principalId` that a function decided. Where the door checks none, it is an operator without a name; one whom it
 * has checked in a way that is not known is a viewer.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function callerOf(requestContext: object): Caller {
  const { authorizer } = requestContext as { readonly authorizer?: unknown };
  if (authorizer === undefined || authorizer === null) return { isPerson: false, role: 'operator', signIn: 'none' };
  const checked = authorizerSchema.safeParse(authorizer);
  return checked.success ? checked.data : { isPerson: false, role: 'viewer', signIn: 'other' };
}

type Embedded = z.output<typeof embeddedSchema>['offbeat'];

/** A token belongs to a role and not to a person, so that the client still says who acts. */
function embeddedCaller({ role, signIn, name }: Embedded): Caller {
  const identity = signIn === 'token' ? { identity: `token of ${role}` } : {};
  return { ...(name !== undefined && { name }), ...identity, isPerson: false, role, signIn };
}

/** Returns the caller of a signed request. IAM has decided already: a viewer's policy does not allow the routes that act. */
function signedCaller(arn: string): Caller {
  return named(arn.slice(arn.lastIndexOf('/') + 1) || arn, arn, 'operator', 'iam');
}

function tokenCaller(claims: z.output<typeof claimsSchema>): Caller {
  const name = claims.email ?? claims['cognito:username'] ?? claims.username ?? claims.sub;
  const role = groupsOf(claims['cognito:groups']).includes(operatorGroup) ? 'operator' : 'viewer';
  return named(name, claims.sub ?? name, role, 'cognito');
}

function groupsOf(claim: z.output<typeof groupsSchema>): readonly string[] {
  if (typeof claim !== 'string') return claim ?? [];
  return claim.replace(/^\[|\]$/g, '').split(/[\s,]+/);
}

const identityCharactersMax = 2_048;

/** Returns a caller with what the door says of them. Without a name it is not one person: the client says who acts. */
function named(name: string | undefined, identity: string | undefined, role: Role, signIn: Caller['signIn']): Caller {
  // A name that a command could not contain is left out; the identity says who it was.
  const shown = personSchema.safeParse(name?.slice(0, 256));
  return {
    ...(shown.success && { name: shown.data }),
    ...(identity !== undefined && { identity: identity.slice(0, identityCharactersMax) }),
    isPerson: shown.success,
    role,
    signIn,
  };
}

import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import type { AwsCredentials } from '#signatures/keys/aws-signature.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import { noAnswer } from '#signatures/services/request.ts';
import { askForCredentials, formRequest, headerText, isSafeAddress, readCredentialFile } from './ask-credentials.ts';
import { credentialsFrom, type CredentialPlace, type CredentialSource, type LentCredential } from './credential.ts';

/**
 * Credentials for AWS, in the order of its own programs: those of the environment, a role that the token of a cluster or CI system
 * stands for, or what the container gets (ECS, EKS Pod Identity).
 *
 * @param region where the role is asked for
 */
export function awsCredentials(region: string, surroundings: KeySurroundings): CredentialSource<AwsCredentials> {
  return credentialsFrom([inEnvironment, roleOfToken(region), ofContainer], surroundings, () =>
    signatureError('key-credentials-missing', 'the environment has no credentials of AWS', {
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: eval "$(aws configure export-credentials --format env)"',
    }),
  );
}

const inEnvironment: CredentialPlace<AwsCredentials> = ({ environment }) => {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = environment;
  return Promise.resolve(id && secret ? { credential: checked(id, secret, session, 'the environment') } : undefined);
};

/** Id and session go into headers. */
function checked(id: string, secret: string, session: string | undefined, place: string): AwsCredentials {
  return {
    id: headerText(id, `the access key of ${place}`),
    secret: secret.trim(),
    session: session ? headerText(session, `the session token of ${place}`) : undefined,
  };
}

const tokenFile = 'AWS_WEB_IDENTITY_TOKEN_FILE';

/** `AssumeRoleWithWebIdentity` of the Security Token Service, API version 2011-06-15, which needs no credentials itself. */
function roleOfToken(region: string): CredentialPlace<AwsCredentials> {
  return async ({ environment, patience }) => {
    const { AWS_ROLE_ARN: role, [tokenFile]: path } = environment;
    if (!role || !path) return undefined;
    const session = environment['AWS_ROLE_SESSION_NAME'] || `bulla-${Date.now()}`;
    const fields = {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: session,
      WebIdentityToken: (await readCredentialFile(path, tokenFile)).trim(),
    };
    const url = addressOfSts(region, environment);
    const answer = String(await askForCredentials(formRequest(url, fields), patience));
    // The answer is XML, and these are texts without anything in them that XML would write otherwise.
    const field = (name: string) => new RegExp(`<${name}>\\s*([\\w+/=:.-]{1,8192})\\s*</${name}>`).exec(answer)?.[1];
    return lentBy(url, field('AccessKeyId'), field('SecretAccessKey'), field('SessionToken'), field('Expiration'));
  };
}

function addressOfSts(region: string, environment: KeySurroundings['environment']): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const address =
    environment['AWS_ENDPOINT_URL_STS'] || environment['AWS_ENDPOINT_URL'] || `https://sts.${region}.${suffix}`;
  // The token is all that it takes to be the role.
  if (isSafeAddress(address)) return new URL('/', address).href;
  throw signatureError('key-credentials-missing', 'the address of the Security Token Service is none', {
    hint: 'check AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL; they begin with https://',
  });
}

function lentBy(
  url: string,
  id: string | undefined,
  secret: string | undefined,
  session: string | undefined,
  end: string | undefined,
): LentCredential<AwsCredentials> {
  if (id === undefined || secret === undefined) throw noAnswer(url, 'it has no credentials');
  const until = Date.parse(end ?? '');
  const credential = checked(id, secret, session, new URL(url).host);
  return { credential, until: Number.isNaN(until) ? undefined : until };
}

/** The endpoint that ECS and EKS give to their containers. */
const ofContainer: CredentialPlace<AwsCredentials> = async ({ environment, patience }) => {
  const url = addressInContainer(environment);
  if (url === undefined) return undefined;
  const token = await containerToken(environment);
  const headers = token === undefined ? undefined : { authorization: token };
  const answer = asObject(parseJson(await askForCredentials({ url, method: 'GET', headers }, patience)));
  const [id, secret, session, end] = ['AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration'].map((name) =>
    asText(answer?.[name]),
  );
  return lentBy(url, id, secret, session, end);
};

/** Addresses without HTTPS that AWS has for this: of ECS, and of EKS Pod Identity. */
const containerHosts = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

function addressInContainer(environment: KeySurroundings['environment']): string | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  const address = path ? `http://${containerHosts[0]}${path}` : full;
  if (!address) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (
    url !== undefined &&
    (isSafeAddress(address) || (url.protocol === 'http:' && containerHosts.includes(url.hostname)))
  ) {
    return url.href;
  }
  throw signatureError('key-credentials-missing', 'the address of the credentials of the container is none', {
    hint: 'check AWS_CONTAINER_CREDENTIALS_FULL_URI: without https:// it is only of this machine, of ECS or of EKS',
  });
}

const containerTokenFile = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE';

async function containerToken(environment: KeySurroundings['environment']): Promise<string | undefined> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN: token, [containerTokenFile]: path } = environment;
  const text = path ? await readCredentialFile(path, containerTokenFile) : token;
  if (!text) return undefined;
  // Of basic and bearer authentication there is a blank in it.
  return text
    .trim()
    .split(' ')
    .map((word) => headerText(word, 'the token of the container'))
    .join(' ');
}

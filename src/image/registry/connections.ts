import { Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SecureContext } from 'node:tls';
import { imageError } from '#image/errors.ts';
import { chunkBytes } from '#kit/inflate.ts';
import { certificatesFor, type Certificates } from './certificates.ts';
import { isInsecure, type Endpoint } from './endpoint.ts';
import { guardedLookup, kindOf, type Reach } from './guard.ts';
import type { RegistryOptions } from './options.ts';
import type { System } from './system.ts';

/** Kept-alive connections to a registry and to where it sends us, through a proxy if there is one. */
export interface Connections {
  /** What `node:http` and `node:https` need to connect to the host of `url`, and to no address beyond `reach`. */
  optionsFor(url: URL, reach: Reach): Promise<RequestOptions & { secureContext?: SecureContext }>;
  /** How far a server at this address may send us; as far as a public one where a proxy hides who it is. */
  reachFrom(url: URL, address: string | undefined): Reach;
  close(): void;
}

export function openConnections(endpoint: Endpoint, options: RegistryOptions, system: System): Connections {
  const agents = new Map<string, HttpAgent>();
  const addresses = new Set<string>();
  const certificates = new Map<string, Promise<Certificates>>();

  function agentFor(protocol: string, reach: Reach): HttpAgent {
    const key = `${protocol} ${reach}`;
    const agent = agents.get(key) ?? makeAgent(protocol, reach);
    agents.set(key, agent);
    return agent;
  }

  function makeAgent(protocol: string, reach: Reach): HttpAgent {
    const settings = {
      keepAlive: true,
      lookup: guardedLookup(reach, system, (address) => addresses.add(address)),
      // A proxy cannot reach this machine, and no other client would ask it to.
      proxyEnv: endpoint.isLoopback ? undefined : options.environment,
    };
    try {
      return protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
    } catch {
      // Node's own message would show the proxy's password.
      throw imageError('registry-unreachable', 'the proxy in HTTPS_PROXY or HTTP_PROXY is not a URL', {
        hint: 'write it like http://proxy.example:3128',
      });
    }
  }

  function certificatesOf(host: string): Promise<Certificates> {
    const own = host === endpoint.authority;
    const key = own ? 'registry' : 'others';
    const found = certificates.get(key) ?? certificatesFor(own ? endpoint.host : undefined, options);
    certificates.set(key, found);
    return found;
  }

  return {
    async optionsFor(url, reach) {
      const agent = agentFor(url.protocol, reach);
      const connect = {
        agent,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        // Larger than usual, so that what waits for a slow reader is handed over in one piece.
        highWaterMark: chunkBytes,
      };
      if (url.protocol !== 'https:') return connect;
      const named = url.host === endpoint.authority ? endpoint.host : url.host;
      const secureContext = await certificatesOf(url.host);
      return { ...connect, secureContext, rejectUnauthorized: !isInsecure(named, options) };
    },
    reachFrom(url, address = '') {
      const isLiteral = url.hostname.replace(/^\[|\]$/g, '') === address;
      const kind = isLiteral || addresses.has(address) ? kindOf(address) : 'public';
      return kind === 'never' ? 'public' : kind;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

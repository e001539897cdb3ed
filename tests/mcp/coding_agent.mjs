// A coding agent: the official client, and the agent's process that it has started.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { join } from 'node:path';

export const kRoot = new URL('../../', import.meta.url).pathname;
export const kAgent = join(process.env.SPECRELAY_BIN ?? join(kRoot, 'bazel-bin'), 'mcp_agent/specrelay_agent');

// The protocol's versions; the client itself asks for the newest one only.
export const kVersions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

class VersionedTransport extends StdioClientTransport {
  constructor(parameters, version) {
    super(parameters);
    this.askedVersion = version;
    this.errors = [];
  }

  send(message) {
    if (message.method === 'initialize') message.params.protocolVersion = this.askedVersion;
    return super.send(message);
  }

  setProtocolVersion(version) {
    this.version = version;
  }
}

export class CodingAgent {
  // Starts the agent with these flags and connects to it.
  static async start(flags, version = kVersions.at(-1), environment = {}) {
    const self = new CodingAgent();
    self.transport = new VersionedTransport(
      { command: kAgent, args: flags, stderr: 'ignore', env: { PATH: process.env.PATH, ...environment } },
      version,
    );
    self.client = new Client({ name: 'test-agent', version: '1.0' }, { capabilities: {} });
    self.errors = [];
    self.client.onerror = (error) => self.errors.push(error);
    self.notifications = [];
    self.client.fallbackNotificationHandler = async (notification) => {
      self.notifications.push(notification);
    };
    await self.client.connect(self.transport);
    return self;
  }

  get pid() {
    return this.transport.pid;
  }

  // Calls a tool; its answer, which must be no refusal.
  async call(name, args = {}, options = {}) {
    const answer = await this.client.callTool({ name, arguments: args }, undefined, { timeout: 120_000, ...options });
    if (answer.isError) throw new Error(`${name}: ${answer.content[0].text}`);
    return answer;
  }

  stop() {
    return this.client.close();
  }
}

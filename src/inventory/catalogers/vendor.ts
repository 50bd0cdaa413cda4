/**
 * Who makes packages for a distribution without being it. Their packages are not in the distribution's advisories, so that
 * judging them by those would call them clean without knowing anything.
 */
const vendors: readonly { readonly name: string; readonly marks: RegExp }[] = [
  { name: 'NodeSource', marks: /nodesource/i },
  { name: 'PostgreSQL Global Development Group', marks: /\bpgdg\b|\.pgdg\d/i },
  { name: 'Docker', marks: /@docker\.com|\bdocker inc\b|~(?:debian|ubuntu)\.\d+(?:\.\d+)?~/i },
  { name: 'HashiCorp', marks: /hashicorp/i },
  { name: 'Google', marks: /google cloud|@google\.com|google llc|linux-packages-keymaster/i },
  { name: 'Kubernetes', marks: /kubernetes-(?:dev|release)|^kubernetes authors/i },
  { name: 'Microsoft', marks: /@microsoft\.com|microsoft corporation/i },
  { name: 'Oracle MySQL', marks: /@(?:oracle|mysql)\.com/i },
  { name: 'MariaDB', marks: /mariadb\.(?:org|com)|\+maria~/i },
  { name: 'Percona', marks: /percona/i },
  { name: 'MongoDB', marks: /mongodb/i },
  { name: 'Elastic', marks: /@elastic\.co|elasticsearch b\.?v/i },
  { name: 'Grafana', marks: /@grafana\.com|grafana labs/i },
  { name: 'InfluxData', marks: /influx(?:db|data)/i },
  { name: 'nginx', marks: /@(?:nginx|f5)\.com|nginx packaging/i },
  { name: 'sury.org', marks: /@sury\.org|\+0~20\d{6}/i },
  { name: 'NVIDIA', marks: /nvidia/i },
  { name: 'Redis', marks: /@redis(?:labs)?\.(?:io|com)|\brl\d~/i },
  { name: 'GitLab', marks: /@gitlab\.com|gitlab inc/i },
  { name: 'GitHub', marks: /@github\.com|github cli/i },
  { name: 'Datadog', marks: /datadog/i },
  { name: 'Confluent', marks: /confluent/i },
  { name: 'Jenkins', marks: /jenkins-ci|@jenkins\.io/i },
  { name: 'Eclipse Adoptium', marks: /adoptium|temurin/i },
  { name: 'Amazon Corretto', marks: /corretto/i },
  { name: 'Azul', marks: /@azul(?:systems)?\.com|azul systems/i },
  { name: 'Aqua Security', marks: /@aquasec/i },
  { name: 'Tailscale', marks: /tailscale/i },
  { name: 'Cloudflare', marks: /cloudflare/i },
  { name: 'Caddy', marks: /caddyserver/i },
  { name: 'RabbitMQ', marks: /rabbitmq\.com|team rabbitmq/i },
  { name: 'Zabbix', marks: /@zabbix/i },
  { name: 'Puppet', marks: /@puppet(?:labs)?\.com|puppet labs/i },
  { name: 'Chef', marks: /@(?:chef|opscode|progress)\.(?:io|com)/i },
  { name: 'Yarn', marks: /@yarnpkg\.com/i },
];

/** The vendor that the mark in a package's version, its maintainer or its origin point to. */
export function vendorOf(version: string, ...people: readonly (string | undefined)[]): string | undefined {
  // "Debian MongoDB Maintainers" are not MongoDB.
  const words = [version, ...people.filter((name) => name !== undefined && !/debian|ubuntu/i.test(name))];
  return vendors.find(({ marks }) => words.some((word) => word !== undefined && marks.test(word)))?.name;
}

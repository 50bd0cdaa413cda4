import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesIn } from '#policy/manifests/testing.ts';

const job = `# a job
job "shop" {
  group "web" {
    task "app" {
      driver = "docker"
      env { image = "no" }
      config {
        image = "nginx:1.27" // why
        args  = ["--image", "x", "\${NOMAD_PORT}"]
      }
      template {
        data = <<EOF
config { image = "no" }
EOF
      }
    }
    task "podman" { config = { image = "docker://docker.io/redis:7", ports = ["a"] } }
    task "own" { config { image = var.image } }
    task "var" { config { image = "app:\${var.tag}" } }
  }
}
`;

const names = [
  'job shop group web task app: nginx:1.27',
  'job shop group web task podman: docker.io/redis:7',
  'template: job shop group web task own',
  'template: job shop group web task var',
];

test('jobs in HCL', () => {
  assert.deepEqual(namesIn('shop.nomad.hcl', job), names);
  assert.deepEqual(namesIn('shop.nomad', `\uFEFF${job.replaceAll('\n', '\r\n')}`), names);
});

test('jobs in JSON', () => {
  const task = (image: string) => `{"Name": "t", "Config": {"image": ${image}}}`;
  const tasks = [task('"nginx:1"'), task('"docker://a"'), task('"${var.x}"'), '{"Name": "raw", "Config": {}}'];
  const text = `{"Job": {"ID": "j", "TaskGroups": [{"Name": "g", "Tasks": [${tasks.join(', ')}]}]}}`;
  const place = 'job j group g task t';
  assert.deepEqual(namesIn('job.json', text), [`${place}: nginx:1`, `${place}: a`, `template: ${place}`]);
});

test('a job that is broken is a gap', () => {
  assert.deepEqual(namesIn('a.nomad', 'job "x" {\n group "g" {'), ['unreadable:']);
});

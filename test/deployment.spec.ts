import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = process.cwd();
const read = (...names: string[]): string => readFileSync(path.join(ROOT, ...names), 'utf8');

const VARIABLES = new Set(
  [...read('.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? ''),
);
/** Read by Node and by libraries, not by us. */
const FOREIGN = new Set(['NODE_OPTIONS', 'NODE_ENV', 'TMPDIR', 'PORT']);
const unknownOf = (names: readonly string[]): string[] =>
  names.filter((name) => !VARIABLES.has(name) && !FOREIGN.has(name));
const fallbackOf = (name: string): number =>
  Number(new RegExp(`^${name}=(.*)$`, 'm').exec(read('.env.example'))?.[1]);

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  name: string;
  ports: { name: string; containerPort: number }[];
  env: { name: string; value: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { limits: { memory: string } };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}
interface Deployment {
  kind: string;
  metadata: { name: string };
  spec: {
    strategy: { rollingUpdate: { maxUnavailable: number } };
    template: {
      metadata: { annotations?: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        securityContext: Record<string, unknown>;
        containers: [Container];
        volumes: { name: string }[];
      };
    };
  };
}

const FOLDER = 'ops/kubernetes';
const objectsOf = (file: string): Deployment[] =>
  parseAllDocuments(read(FOLDER, file)).map((document) => document.toJS() as Deployment);
const deployments = ['api.yaml', 'worker.yaml'].flatMap((file) =>
  objectsOf(file).filter(({ kind }) => kind === 'Deployment'),
);
const PORTS = { api: fallbackOf('API_PORT'), worker: fallbackOf('WORKER_HEALTH_PORT') };

const MIB = 1024 * 1024;
const heapOf = (options: string): number =>
  Number(/--max-old-space-size=(\d+)/.exec(options)?.[1] ?? NaN) * MIB;
/** `512Mi`, `640m` (compose) */
const bytesOf = (quantity: string): number =>
  Number.parseInt(quantity, 10) * (/g/i.test(quantity) ? 1024 : 1) * MIB;

describe('the manifests for Kubernetes', () => {
  it('are all named in kustomization.yaml, but for the example of secrets', () => {
    const { resources } = parse(read(FOLDER, 'kustomization.yaml')) as { resources: string[] };
    const files = readdirSync(path.join(ROOT, FOLDER));
    expect([...resources].sort()).toEqual(
      files.filter((name) => !['kustomization.yaml', 'secret.example.yaml'].includes(name)).sort(),
    );
  });

  it('name variables that there are', () => {
    const config = parse(read(FOLDER, 'config.yaml')) as { data: Record<string, string> };
    const secret = parse(read(FOLDER, 'secret.example.yaml')) as { stringData: Record<string, string> };
    expect(unknownOf([...Object.keys(config.data), ...Object.keys(secret.stringData)])).toEqual([]);
    expect(Object.values(secret.stringData).join('')).toBe('');
    for (const { spec } of deployments)
      expect(unknownOf(spec.template.spec.containers[0].env.map(({ name }) => name))).toEqual([]);
  });

  describe.each(deployments.map((one) => [one.metadata.name as 'api' | 'worker', one.spec] as const))(
    '%s',
    (name, { strategy, template }) => {
      const { spec, metadata } = template;
      const [container] = spec.containers;
      const value = (variable: string): number =>
        Number(container.env.find((one) => one.name === variable)?.value ?? fallbackOf(variable));

      it('is asked at ports and paths that it has', () => {
        const port = container.ports[0];
        expect(port?.containerPort).toBe(value(name === 'api' ? 'API_PORT' : 'WORKER_HEALTH_PORT'));
        const { annotations } = metadata;
        if (annotations !== undefined)
          expect(annotations).toEqual({
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': String(port?.containerPort),
            'prometheus.io/path': '/metrics',
          });
        const { startupProbe, livenessProbe, readinessProbe } = container;
        for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe])
          expect(httpGet.port).toBe(port?.name);
        expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
          '/health/live',
          '/health/live',
          '/health/ready',
        ]);
      });

      it('has the time to end that it takes, and is replaced before it does', () => {
        const drain = name === 'api' ? value('SHUTDOWN_DRAIN_SECONDS') : 0;
        expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(
          drain + value('SHUTDOWN_GRACE_SECONDS') + 5,
        );
        expect(strategy.rollingUpdate.maxUnavailable).toBe(0);
      });

      it('may do nothing that it need not', () => {
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      });

      it('can write where it has to', () => {
        const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
        expect(mounts).toContain(/TMPDIR=(\S+)/.exec(read('Dockerfile'))?.[1]);
        expect(mounts).toContain(container.env.find((one) => one.name === 'EXPORT_DIR')?.value);
        expect(spec.volumes.map((volume) => volume.name).sort()).toEqual(
          container.volumeMounts.map((mount) => mount.name).sort(),
        );
      });

      it('has room beside its heap', () => {
        const heap = heapOf(container.env.find((one) => one.name === 'NODE_OPTIONS')?.value ?? '');
        expect(bytesOf(container.resources.limits.memory)).toBeGreaterThanOrEqual(heap * 1.5);
      });
    },
  );
});

interface Service {
  environment: Record<string, string | number>;
  stop_grace_period: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  mem_limit: string;
  ports?: string[];
}

describe('compose.yaml', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as {
    services: Record<string, Service>;
  };

  it('publishes nothing but the API, and that to this machine', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published).toEqual([`127.0.0.1:${PORTS.api}:${PORTS.api}`]);
  });

  it.each(['api', 'worker'] as const)('gives the %s its time, its variables and no more', (name) => {
    const service = services[name];
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    const environment = service?.environment ?? {};
    expect(unknownOf(Object.keys(environment))).toEqual([]);
    const seconds = (variable: string): number => Number(environment[variable] ?? fallbackOf(variable));
    const drain = name === 'api' ? seconds('SHUTDOWN_DRAIN_SECONDS') : 0;
    expect(Number.parseInt(service?.stop_grace_period ?? '', 10)).toBeGreaterThan(
      drain + seconds('SHUTDOWN_GRACE_SECONDS') + 5,
    );
    expect(bytesOf(service?.mem_limit ?? '')).toBeGreaterThanOrEqual(
      heapOf(String(environment['NODE_OPTIONS'])) * 1.5,
    );
  });
});

describe('the files for Toolforge', () => {
  const processes = new Map(
    [...read('Procfile').matchAll(/^(\w+): (.*)$/gm)].map(([, name = '', command = '']) => [name, command]),
  );
  const jobs = parse(read('ops/toolforge/jobs.yaml')) as Record<string, string | number>[];
  const service = parse(read('ops/toolforge/service.template')) as Record<string, string>;

  it('start programs that are built, with variables that there are', () => {
    expect([...processes.keys()]).toEqual(['web', 'worker']);
    for (const command of processes.values()) {
      const [, program = ''] = /dist\/(\S+)\.js$/.exec(command) ?? [];
      expect(() => read(`${program}.ts`)).not.toThrow();
      expect(unknownOf([...command.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name ?? ''))).toEqual([]);
    }
  });

  it('run workers by a process of the Procfile, watched at the port that it has', () => {
    const worker = jobs.find(({ name }) => name === 'worker');
    expect(processes.has(String(worker?.['command']))).toBe(true);
    expect(worker).toMatchObject({ continuous: true, 'health-check-http': '/health/live' });
    expect(processes.get('worker')).toContain(`WORKER_HEALTH_PORT=${worker?.['port']} `);
    expect(bytesOf(String(worker?.['mem']))).toBeGreaterThanOrEqual(
      heapOf(processes.get('worker') ?? '') * 1.5,
    );
    expect(bytesOf(service['mem'] ?? '')).toBeGreaterThanOrEqual(heapOf(processes.get('web') ?? '') * 1.5);
    expect(service['health-check-path']).toBe('/health/live');
  });
});

/** Runs before each spec file of the tier redis-cluster: gives it the cluster, emptied. */
import { Cluster } from 'ioredis';

const url = process.env.TEST_REDIS_CLUSTER_URL;
if (url) {
  process.env.TEST_REDIS_URL = url;
  const cluster = new Cluster(url.split(','));
  await cluster.ping();
  await Promise.all(cluster.nodes('master').map((node) => node.flushall()));
  await cluster.quit();
}

/**
 * What the site shows and where: each page is a Markdown file of the repository. One that is missing fails the build.
 * `folder`: all Markdown files in it, by name.
 */
export const SECTIONS = [
  {
    title: 'Curator',
    pages: [
      { source: 'docs/README.md', path: 'index.md', title: 'Documentation' },
      { source: 'docs/getting-started.md', path: 'getting-started.md', title: 'Getting started' },
      { source: 'README.md', path: 'about.md', title: 'What it is' },
      { source: 'docs/architecture.md', path: 'architecture.md', title: 'Architecture' },
      { source: 'docs/upload-flow.md', path: 'upload-flow.md', title: 'How an upload flows' },
    ],
  },
  {
    title: 'Interfaces',
    pages: [
      { source: 'docs/protocol.md', path: 'protocol.md', title: 'WebSocket protocol' },
      { source: 'libs/client/README.md', path: 'client.md', title: 'Typed client' },
      { generated: 'rest', path: 'rest.md', title: 'REST' },
      { source: 'docs/errors.md', path: 'errors.md', title: 'Errors and what to do' },
    ],
  },
  {
    title: 'Running it',
    folder: { source: 'docs/operations', path: 'operations' },
    pages: [
      { source: 'docs/migration.md', path: 'migration.md', title: 'From the Python backend' },
      { source: 'SECURITY.md', path: 'security.md', title: 'Security' },
    ],
  },
  {
    title: 'Changing it',
    pages: [
      { source: 'CONTRIBUTING.md', path: 'contributing.md', title: 'Contributing' },
      { source: 'CHANGELOG.md', path: 'changelog.md', title: 'Changelog' },
    ],
  },
  {
    title: 'Decisions',
    folder: { source: 'docs/decisions', path: 'decisions' },
    pages: [],
  },
];

import type { WikiState } from './api-call.js';
import { ApiError, stashErrors } from './api-error.js';
import type { FileVersion } from './content.js';
import { publishedImageInfo } from './image-info.js';
import { publishedParts, sha1Of, type StashedFile } from './stash.js';
import type { Title } from './titles.js';
import type { WikiUser } from './users.js';

/** Publishes a stashed file, which leaves the stash; answers its `imageinfo`. @throws ApiError and then the file key is still good */
export function publish(
  wiki: WikiState,
  {
    user,
    file,
    title,
    comment,
    text,
  }: { user: WikiUser; file: StashedFile; title: Title; comment: string; text: string },
): Record<string, unknown> {
  wiki.stash.get(file.key, user.id);
  wiki.users.hit(user, 'edit');
  const existing = wiki.content.findFile(title);
  const sha1 = sha1Of(file);
  if (existing?.current.sha1 === sha1)
    throw publishError(
      'fileexists-no-change',
      `The upload is an exact duplicate of the current version of [[:${title.text}]].`,
    );
  const version: FileVersion = {
    ...file.facts,
    parts: publishedParts(file),
    size: file.size,
    sha1,
    user: user.name,
    userId: user.id,
    timestamp: new Date(),
    comment,
  };
  if (
    existing !== null &&
    Math.floor(existing.current.timestamp.getTime() / 1000) === Math.floor(version.timestamp.getTime() / 1000)
  ) {
    throw publishError(
      'backend-fail-alreadyexists',
      `The file "mwstore://local-backend/local-public/archive/${title.name}" already exists.`,
    );
  }
  wiki.stash.take(file);
  const page = wiki.content.publish(title, version, text);
  user.editCount += 1;
  return publishedImageInfo(wiki, page, version, existing !== null);
}

const publishError = (code: string, info: string): ApiError =>
  new ApiError(code, info, stashErrors('UploadStashBadPathException', "Path doesn't exist."));

export { createImageSources, type ImageSourcesOptions } from './create-image-sources.js';
export { Geocoder, type GeocoderOptions, type Place } from './geocoder.js';
export { buildMapillaryStatements } from './mapillary/build-mapillary-statements.js';
export { FlickrSource, type FlickrSourceOptions } from './flickr/flickr-source.js';
export { readManifestRow, readOverride, type ManifestImage } from './manifest/read-manifest-row.js';
export { MapillarySource, type MapillarySourceOptions } from './mapillary/mapillary-source.js';
export { parseMapillaryInput, type MapillaryInput } from './mapillary/parse-mapillary-input.js';
export { downloadFile, type DownloadedFile, type DownloadOptions } from './downloads/download-file.js';
export { OutboundAgents } from './downloads/outbound-agents.js';

<?php
// Routes of PHP's built-in server: scripts below /w, uploaded files below /images, short page addresses below /wiki.
$path = rawurldecode( (string)parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( preg_match( '#^/w/(api|index|load)\.php$#', $path ) ) {
	return false;
}
if ( preg_match( '#^/wiki/(.+)$#', $path, $found ) ) {
	header( 'Location: /w/index.php?title=' . rawurlencode( $found[1] ), true, 302 );
	return true;
}
$images = realpath( getenv( 'CURATOR_WIKI_HOME' ) . '/images' );
$file = realpath( getenv( 'CURATOR_WIKI_HOME' ) . $path );
if ( $file !== false && str_starts_with( $file, "$images/" ) && is_file( $file ) ) {
	header( 'Content-Type: ' . mime_content_type( $file ) );
	header( 'Content-Length: ' . filesize( $file ) );
	readfile( $file );
	return true;
}
http_response_code( 404 );
echo 'Not found';
return true;

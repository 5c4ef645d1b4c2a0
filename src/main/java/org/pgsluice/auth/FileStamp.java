package org.pgsluice.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** What the file system says about a file without reading it; two equal stamps mean the same content as far as anybody can tell. */
record FileStamp(Map<String, Object> attributes) {
    static final FileStamp NONE = new FileStamp(Map.of());

    private static final LinkOption[] FOLLOW = {};

    /** The stamp of a file; {@link #NONE} if it cannot be looked at. */
    static FileStamp of(Path path) {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return new FileStamp(Files.readAttributes(path, "unix:dev,ino,mode,uid,gid,size,lastModifiedTime,ctime", FOLLOW));
            }
            BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class, FOLLOW);
            return new FileStamp(Map.of("size", basic.size(), "lastModifiedTime", basic.lastModifiedTime()));
        } catch (IOException e) {
            return NONE;
        }
    }
}

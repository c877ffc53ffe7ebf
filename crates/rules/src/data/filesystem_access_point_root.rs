//! a function mounts a whole file system, or as root
//!
//! ## What
//!
//! An EFS access point that a function mounts has the root directory `/`, or no POSIX user, or user or group 0.
//!
//! ## Why
//!
//! An access point is the fence around a function's part of the file system. With `/` the function reads and writes what all others keep there; as root no permission of a file stops it, and whoever takes the
//! function over plants a library that others load.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Files:
//!     Type: AWS::EFS::FileSystem
//!     Properties: {Encrypted: true}
//!   Point:
//!     Type: AWS::EFS::AccessPoint
//!     Properties:
//!       FileSystemId: !Ref Files
//!       PosixUser: {Uid: '1000', Gid: '1000'}
//!       RootDirectory: {Path: /} # finding
//!   Import:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Code: {ZipFile: ''}
//!       FileSystemConfigs: [{Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/files}]
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {uid: '0'} # finding
//! functions:
//!   import:
//!     handler: import.main
//!     vpc: {securityGroupIds: [sg-1], subnetIds: [subnet-1]}
//!     fileSystemConfig: {arn: !GetAtt Point.Arn, localMountPath: /mnt/files}
//! resources:
//!   Resources:
//!     Point:
//!       Type: AWS::EFS::AccessPoint
//!       Properties:
//!         FileSystemId: fs-1
//!         PosixUser: {Uid: '${self:custom.uid}', Gid: '1000'}
//!         RootDirectory: {Path: /import}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_efs_access_point" "import" { # finding
//!   file_system_id = "fs-1"
//!   root_directory {
//!     path = "/import"
//!   }
//! }
//!
//! resource "aws_lambda_function" "import" {
//!   function_name = "import"
//!   role          = "arn:aws:iam::314159265358:role/import"
//!   file_system_config {
//!     arn              = aws_efs_access_point.import.arn
//!     local_mount_path = "/mnt/files"
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Point:
//!     Type: AWS::EFS::AccessPoint
//!     Properties:
//!       FileSystemId: fs-1
//!       PosixUser: {Uid: '1000', Gid: '1000'}
//!       RootDirectory: {Path: /import}
//!   Import:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Code: {ZipFile: ''}
//!       FileSystemConfigs: [{Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/files}]
//! ```
//!
//! No function mounts this one:
//!
//! ```hcl good main.tf
//! resource "aws_efs_access_point" "admin" {
//!   file_system_id = "fs-1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Folder:
//!     Type: String
//! Resources:
//!   Point:
//!     Type: AWS::EFS::AccessPoint
//!     Properties:
//!       FileSystemId: fs-1
//!       PosixUser: {Uid: '1000', Gid: '1000'}
//!       RootDirectory: {Path: !Ref Folder}
//!   Import:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Code: {ZipFile: ''}
//!       FileSystemConfigs: [{Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/files}]
//! ```
//!
//! ## How to fix
//!
//! Give each function an access point of its own, with `RootDirectory.Path` for its folder and a `PosixUser` above 0. Both replace the access point; files that root owns have to be given to the new user.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV_AWS_329", "CKV_AWS_330"],
        stride: &["E", "I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::EFS::AccessPoint") {
        let mounts = |n: &Node| {
            n.props
                .get("FileSystemConfigs")
                .items()
                .iter()
                .any(|c| cx.graph.resolve(c.get("Arn")) == Some(ix))
        };
        let Some((_, function)) = cx.functions().find(|(_, n)| mounts(n)) else { continue };
        let path = node.props.lookup("RootDirectory.Path");
        let whole = if path.is_null() { Tri::Yes } else { path.is("/") };
        match whole {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "RootDirectory", path),
            Tri::Yes => out.push(
                Found::at_value(
                    ix,
                    path,
                    node.span,
                    format!("function `{}` mounts the whole file system through {{subject}}", function.name),
                )
                .label(if path.is_null() { "no `RootDirectory`: the root" } else { "the root" })
                .help("set `RootDirectory.Path` to a folder of the function's own")
                .evidence("root directory"),
            ),
        }
        let user = node.props.lookup("PosixUser");
        if user.is_null() {
            out.push(who(ix, node, function, user).label("no `PosixUser`: the function says who it is"));
            continue;
        }
        if !user.is_known() {
            out.cannot_tell(ix, "PosixUser", user);
            continue;
        }
        let ids = [user.get("Uid"), user.get("Gid")];
        if let Some(root) = ids.into_iter().find(|id| id.as_int() == Some(0)) {
            out.push(who(ix, node, function, root).label("root"));
        } else if let Some(open) = ids.into_iter().find(|id| id.as_int().is_none()) {
            out.cannot_tell(ix, "PosixUser", open);
        }
    }
}

fn who(ix: NodeIx, node: &Node, function: &Node, at: &Val) -> Found {
    let message = format!("function `{}` may act as root through {{subject}}", function.name);
    Found::at_value(ix, at, node.span, message)
        .help("set `PosixUser` to a user and group above 0")
        .evidence("root user")
}

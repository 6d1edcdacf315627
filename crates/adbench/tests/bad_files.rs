//! Files that are not as they should be: a message that says what and where, and status 1.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use adbench::objective::{OBJECTIVES, Objective};
use adbench::{compile, generate};
use corpus::command::{PROGRAM_LIMIT, run_command};

/// An executable that only opens problems of this objective, and a folder for them.
struct Opener {
    folder: PathBuf,
    executable: PathBuf,
}

impl Opener {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("bad_files")
            .join(name);
        let objective: Objective = OBJECTIVES
            .into_iter()
            .find(|objective| objective.name == name)
            .expect("the objective is in the list");
        let mut objects = compile::common(&objective, "verify", 1, &folder).expect("the harness compiles");
        let primal = format!("objectives/{name}.c");
        objects.push(compile::object(&primal, &[], "primal.o", &folder).expect("the objective compiles"));
        let executable = folder.join("open");
        compile::link(&objects, &executable).expect("the harness links");
        Self { folder, executable }
    }

    /// The source is refused, with this in the message.
    #[track_caller]
    fn refuses(&self, source: &str, message: &str) {
        let mut command = Command::new(&self.executable);
        command.args(["forward", source, "0", "1"]);
        let finished = run_command(command, PROGRAM_LIMIT).expect("it ends");
        assert_eq!(finished.code(), Some(1), "{finished}");
        let all = format!("adbench: error: {message}").replace("FOLDER", &self.folder.display().to_string());
        assert!(
            finished.output.contains(&all),
            "`{all}` is not in the output: {finished}"
        );
    }

    /// A file with this text is refused.
    #[track_caller]
    fn refuses_text(&self, text: &str, message: &str) {
        let path = self.folder.join("bad.txt");
        fs::write(&path, text).expect("a file can be written");
        self.refuses(&path.display().to_string(), message);
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).expect("a generated file can be read")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file can be written");
    }
}

#[test]
fn numbers_that_are_missing_wrong_or_too_many() {
    let opener = Opener::new("gmm");
    let good = opener.folder.join("good.txt");
    generate::gmm(&good, 2, 2, 3).expect("the file can be written");
    let text = opener.read("good.txt");

    opener.refuses(
        &opener.folder.join("absent.txt").display().to_string(),
        "FOLDER/absent.txt: No such file",
    );
    opener.refuses(&opener.folder.display().to_string(), "FOLDER: is not a file");
    opener.refuses_text(
        "",
        "FOLDER/bad.txt:1: the file ends where the number of dimensions should be",
    );
    opener.refuses_text(&text[..text.len() / 2], "FOLDER/bad.txt:");
    opener.refuses_text(
        &text.replace("1 0\n", ""),
        "FOLDER/bad.txt:11: the file ends where the Wishart prior's gamma should be",
    );
    opener.refuses_text(
        &text.replacen("2 2 3", "2 2 x", 1),
        "FOLDER/bad.txt:1: `x` where the number of points",
    );
    opener.refuses_text(
        &text.replacen("2 2 3", "-2 2 3", 1),
        "FOLDER/bad.txt:1: the number of dimensions is -2, which is not between 1 and 1000",
    );
    opener.refuses_text(
        &text.replacen("2 2 3", "1000 100000 3", 1),
        "FOLDER/bad.txt: 1000 dimensions, 100000 components and 3 points are too many",
    );
    opener.refuses_text(&text.replacen("2 2 3", "2 2 2", 1), "FOLDER/bad.txt:");
    opener.refuses_text(
        &format!("{text}5\n"),
        "FOLDER/bad.txt:12: more numbers than the sizes at its beginning say",
    );
    opener.refuses_text(
        &text.replace("1 0\n", "nan 0\n"),
        "FOLDER/bad.txt:11: `nan` where the Wishart prior's gamma should be",
    );
}

#[test]
fn a_model_of_a_hand_that_does_not_fit() {
    let opener = Opener::new("hand");
    let file = generate::hand(&opener.folder, 4, 10, true).expect("the files can be written");
    let source = file.display().to_string();
    let name = "hand_t26_c4.txt";
    let text = opener.read(name);
    opener.write(name, &text.replacen("4 26\n", "4 26\n999 0 0 0\n", 1));
    opener.refuses(&source, "FOLDER/hand_t26_c4.txt:");
    let pose_cut = text.trim_end().rsplit_once('\n').expect("several lines").0;
    opener.write(name, pose_cut);
    opener.refuses(
        &source,
        "FOLDER/hand_t26_c4.txt:34: 33 numbers after the points; a simple problem has 26",
    );
    opener.write(name, &text);

    let bones = opener.read("model/bones.txt");
    opener.write("model/bones.txt", &bones.replacen("bone1:0:", "bone1:7:", 1));
    opener.refuses(
        &source,
        "FOLDER/model/bones.txt:2: the number of a bone's parent, which comes before it is 7",
    );
    let five = bones.lines().take(5).collect::<Vec<_>>().join("\n");
    opener.write("model/bones.txt", &five);
    opener.refuses(&source, "FOLDER/model/bones.txt: 5 bones; a hand has at least 21");
    opener.write("model/bones.txt", &bones);

    let triangles = opener.read("model/triangles.txt");
    opener.write("model/triangles.txt", &format!("{triangles}1:2:10\n"));
    opener.refuses(
        &source,
        "FOLDER/model/triangles.txt:21: the number of a vertex is 10, which is not between 0 and 9",
    );
    fs::remove_file(opener.folder.join("model/vertices.txt")).expect("it is there");
    opener.refuses(&source, "FOLDER/model/vertices.txt: No such file");
}

#[test]
fn sizes_of_kernels() {
    let opener = Opener::new("fft");
    opener.refuses("fft:12", "fft:12: the size is not a power of two");
    opener.refuses(
        "fft:0",
        "fft:0: after the colon belongs a size from 1 to 67108864",
    );
    opener.refuses("fft:2x", "fft:2x: after the colon belongs a size");
    opener.refuses("fft", "fft: after the colon belongs a size");
    opener.refuses("fast:8", "fast:8: there is no kernel `fast`");
    opener.refuses("fft:8", "this executable has no column `forward` for fft:8");
}

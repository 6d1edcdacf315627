// What LLVM offers in no C API: registering passes and options with the host, and emitting diagnostics.
// Every decision is taken in Rust; the functions named rsenzyme_plugin_* are there, and each catches panics.

#include "llvm-c/Core.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Signals.h"
#include <unistd.h>

static_assert(LLVM_VERSION_MAJOR == 22, "host.rs refuses hosts of another version");

using namespace llvm;

extern "C" {
// The index of a module pass in the table of passes.rs, or -1.
int rsenzyme_plugin_find_pass(const char *Name, size_t Length);
// Runs a pass; true if it changed the module.
bool rsenzyme_plugin_run_pass(int Pass, LLVMModuleRef M);
// Whether requests are lowered at the end of a compilation whose link step optimizes again.
bool rsenzyme_plugin_lowers_before_link();
// Hears of an option on the host's command line.
void rsenzyme_plugin_set_option(const char *Name, const char *Value, size_t Length);
}

namespace {

struct RustPass : PassInfoMixin<RustPass> {
  int Index;

  explicit RustPass(StringRef Name) : Index(rsenzyme_plugin_find_pass(Name.data(), Name.size())) {}

  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    return rsenzyme_plugin_run_pass(Index, wrap(&M)) ? PreservedAnalyses::none() : PreservedAnalyses::all();
  }

  // Otherwise optnone and -opt-bisect-limit would leave calls to __enzyme_* behind.
  static bool isRequired() { return true; }
  static StringRef name() { return "rs-enzyme"; }
};

bool isBeforeLink(ThinOrFullLTOPhase Phase) {
  return Phase == ThinOrFullLTOPhase::ThinLTOPreLink || Phase == ThinOrFullLTOPhase::FullLTOPreLink;
}

// The host prints a diagnostic if it has a handler which wants it; otherwise LLVMContext::diagnose would print it and
// exit at the first error. This does the same, but leaves the exit to the caller, so that every error is shown.
bool emit(LLVMContext &Context, const DiagnosticInfo &Info) {
  auto *Handler = const_cast<DiagnosticHandler *>(Context.getDiagHandlerPtr());
  if (Handler && Info.getSeverity() == DS_Error)
    Handler->HasErrors = true;
  if (Handler && Handler->handleDiagnostics(Info))
    return true;
  std::string Line; // Written at once: other threads write too.
  raw_string_ostream Stream(Line);
  DiagnosticPrinterRawOStream Printer(Stream);
  Stream << LLVMContext::getDiagnosticMessagePrefix(Info.getSeverity()) << ": ";
  Info.print(Printer);
  errs() << StringRef(Line).rtrim().str() + "\n";
  return Info.getSeverity() != DS_Error;
}

} // namespace

extern "C" {

// The passes by their names, for pipelines that ask for them.
void rsenzyme_glue_register_names(PassBuilder &PB) {
  PB.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &MPM, ArrayRef<PassBuilder::PipelineElement>) {
        if (rsenzyme_plugin_find_pass(Name.data(), Name.size()) < 0)
          return false;
        MPM.addPass(RustPass(Name));
        return true;
      });
}

void rsenzyme_glue_register_passes(PassBuilder &PB) {
  rsenzyme_glue_register_names(PB);

  // Before anything is inlined, and before bodies that only exist for inlining are dropped.
  auto Protect = [](ModulePassManager &MPM) { MPM.addPass(RustPass("preserve-nvvm")); };
  PB.registerPipelineStartEPCallback([=](ModulePassManager &MPM, OptimizationLevel) {
    MPM.addPass(RustPass("rs-enzyme-seeds"));
    Protect(MPM);
  });
  PB.registerPipelineEarlySimplificationEPCallback(
      [=](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) { Protect(MPM); });
  PB.registerFullLinkTimeOptimizationEarlyEPCallback(
      [=](ModulePassManager &MPM, OptimizationLevel) { Protect(MPM); });

  // After everything else. A full LTO link has no OptimizerLast, the other pipelines no FullLinkTimeOptimizationLast.
  auto Lower = [](ModulePassManager &MPM, OptimizationLevel) { MPM.addPass(RustPass("rs-enzyme")); };
  PB.registerOptimizerLastEPCallback(
      [=](ModulePassManager &MPM, OptimizationLevel Level, ThinOrFullLTOPhase Phase) {
        if (!isBeforeLink(Phase) || rsenzyme_plugin_lowers_before_link())
          Lower(MPM, Level);
      });
  PB.registerFullLinkTimeOptimizationLastEPCallback(Lower);
}

// Gives the host a diagnostic. Function and Location may be null. False if the host has no way to remember an error.
//
// rustc ignores LLVMContext::emitError, and takes a located warning for an error: hence errors in a function are of
// the kind Unsupported, and everything else is of the kind InlineAsm.
bool rsenzyme_glue_diagnose(LLVMContextRef Context, LLVMValueRef Function, LLVMMetadataRef Location, const char *Text,
                            size_t Length, LLVMDiagnosticSeverity Severity) {
  const Twine Message(StringRef(Text, Length));
  const auto Level = static_cast<DiagnosticSeverity>(Severity);
  if (!Function || Level != DS_Error)
    return emit(*unwrap(Context), DiagnosticInfoInlineAsm(uint64_t(0), Message, Level));
  const auto &F = *unwrap<llvm::Function>(Function);
  DiagnosticLocation Where(F.getSubprogram());
  if (Location)
    Where = DebugLoc(unwrap<DILocation>(Location));
  return emit(*unwrap(Context), DiagnosticInfoUnsupported(F, Message, Where));
}

// Adds an option to the host's command line parser, which keeps it until the process ends. A name that somebody else
// has (Enzyme, if both are loaded) stays theirs, for a second registration ends the process.
void rsenzyme_glue_add_option(const char *Name, const char *Help, bool IsFlag) {
  if (cl::getRegisteredOptions().count(Name))
    return;
  new cl::opt<std::string>(
      StringRef(Name), cl::desc(Help), cl::Hidden, IsFlag ? cl::ValueOptional : cl::ValueRequired,
      cl::callback([Name](const std::string &Value) { rsenzyme_plugin_set_option(Name, Value.data(), Value.size()); }));
}

// Ends the process after errors that the host has no way to remember, with LLVM's status. Without the destructors of
// exit(): rustc's other threads (which have no handler either in thin LTO) may be in the middle of using LLVM.
// The files that the host would remove if it were interrupted are removed: opt has opened its output by now.
void rsenzyme_glue_leave() {
  sys::RunInterruptHandlers();
  outs().flush();
  _exit(1);
}

unsigned rsenzyme_glue_api_version() { return LLVM_PLUGIN_API_VERSION; }
}
